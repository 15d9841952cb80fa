/** Whole journeys: from an invite on a real broker to a push at the local APNs and a verdict. */
@NullMarked
package dev.ringpost.journey;

import org.jspecify.annotations.NullMarked;
