/** What {@code plan} and {@code cell} do: the arithmetic of capacity, and the rule of cells. */
@NullMarked
package dev.ringpost.tools.plan;

import org.jspecify.annotations.NullMarked;
