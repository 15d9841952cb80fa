/**
 * What the benchmark measured, as a file of raw figures, and what is made of it: tables and bars.
 */
@NullMarked
package dev.ringpost.bench.report;

import org.jspecify.annotations.NullMarked;
