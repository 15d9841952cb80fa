/**
 * What a team would use instead of Ringpost, each as its documentation advises. They look a phone
 * up, push, commit and try again; they tell nobody what became of a call.
 */
@NullMarked
package dev.ringpost.bench.peers;

import org.jspecify.annotations.NullMarked;
