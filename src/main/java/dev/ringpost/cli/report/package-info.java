/** What all commands say alike: exit codes, forms of output, the version, lists of problems. */
@NullMarked
package dev.ringpost.cli.report;

import org.jspecify.annotations.NullMarked;
