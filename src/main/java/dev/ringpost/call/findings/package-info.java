/**
 * What was found about the set-up and how bad it is. Every room that judges settings, files, topics
 * or the way to APNs says it in these words; they are apart from those of a call.
 */
@NullMarked
package dev.ringpost.call.findings;

import org.jspecify.annotations.NullMarked;
