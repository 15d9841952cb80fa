/**
 * Why a push or a connection fails, step by step and in words: for {@code push} and {@code check}.
 */
@NullMarked
package dev.ringpost.apns.diagnosis;

import org.jspecify.annotations.NullMarked;
