/** The records on the topic of device health: which phones do not ring though APNs accepts. */
@NullMarked
package dev.ringpost.events.health;

import org.jspecify.annotations.NullMarked;
