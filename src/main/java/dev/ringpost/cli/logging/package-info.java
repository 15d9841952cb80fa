/** The log: its lines, its queue, and what of it may repeat. */
@NullMarked
package dev.ringpost.cli.logging;

import org.jspecify.annotations.NullMarked;
