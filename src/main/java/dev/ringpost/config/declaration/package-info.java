/** The words in which a key is declared: its default, its bounds, its form, and what it is for. */
@NullMarked
package dev.ringpost.config.declaration;

import org.jspecify.annotations.NullMarked;
