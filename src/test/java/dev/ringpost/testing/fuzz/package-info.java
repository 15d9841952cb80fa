/**
 * Inputs as an enemy or a broken producer would send them, made from good ones by a seeded random
 * generator, and the run that throws them at a decoder.
 */
@NullMarked
package dev.ringpost.testing.fuzz;

import org.jspecify.annotations.NullMarked;
