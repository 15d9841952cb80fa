/** An alcove of the ruin. */
@NullMarked
package dev.ringpost.testing.ruin.apns.credentials;

import org.jspecify.annotations.NullMarked;
