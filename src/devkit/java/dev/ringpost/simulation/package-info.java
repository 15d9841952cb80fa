/** The simulation of a fleet at rates that no small machine can carry, in virtual time. */
@NullMarked
package dev.ringpost.simulation;

import org.jspecify.annotations.NullMarked;
