/** What {@code tokens}, {@code invite} and {@code signal} do: events by hand, and who has which. */
@NullMarked
package dev.ringpost.tools.events;

import org.jspecify.annotations.NullMarked;
