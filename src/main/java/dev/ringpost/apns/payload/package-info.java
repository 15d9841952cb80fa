/** The payload that the phone gets: Ringpost's own object, or the shape that an app expects. */
@NullMarked
package dev.ringpost.apns.payload;

import org.jspecify.annotations.NullMarked;
