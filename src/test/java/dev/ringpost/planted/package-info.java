/**
 * Small, plausible mistakes in the code that loses or doubles calls, and a program that plants each
 * in turn and says which test catches it: {@code mvn test-compile exec:exec@planted-bugs}.
 */
@NullMarked
package dev.ringpost.planted;

import org.jspecify.annotations.NullMarked;
