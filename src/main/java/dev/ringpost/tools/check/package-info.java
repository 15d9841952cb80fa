/** What {@code check} does: everything that a worker depends on, looked at before a call does. */
@NullMarked
package dev.ringpost.tools.check;

import org.jspecify.annotations.NullMarked;
