/**
 * Simulations in virtual time: of a fleet at rates that no small machine can carry, and, in the
 * tests, of faults that no drill meets.
 */
@NullMarked
package dev.ringpost.simulation;

import org.jspecify.annotations.NullMarked;
