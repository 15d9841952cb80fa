/**
 * What keeps a phone from being throttled by Apple, and a person from a robot: a limit on how often
 * one callee is rung and how often one caller rings.
 */
@NullMarked
package dev.ringpost.delivery.flood;

import org.jspecify.annotations.NullMarked;
