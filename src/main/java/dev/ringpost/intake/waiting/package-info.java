/** The reasons why a record that could be read is left where it stands for a while. */
@NullMarked
package dev.ringpost.intake.waiting;

import org.jspecify.annotations.NullMarked;
