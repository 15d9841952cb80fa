/** The command line: thin commands, exit codes, and logging as the configuration wants it. */
@NullMarked
package dev.ringpost.cli;

import org.jspecify.annotations.NullMarked;
