/** What the operator's commands do. */
@NullMarked
package dev.ringpost.tools;

import org.jspecify.annotations.NullMarked;
