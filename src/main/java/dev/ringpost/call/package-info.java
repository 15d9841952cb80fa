/** The vocabulary of the house: values only, valid from construction on. */
@NullMarked
package dev.ringpost.call;

import org.jspecify.annotations.NullMarked;
