/** The commands by which operators read and write topics. */
@NullMarked
package dev.ringpost.cli.operator;

import org.jspecify.annotations.NullMarked;
