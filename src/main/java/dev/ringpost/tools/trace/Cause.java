package dev.ringpost.tools.trace;

/**
 * The likely cause of how a call went for one callee.
 *
 * @param code for machines, of a fixed set
 * @param words one or two sentences for a person
 * @param fix what to do, an order to a person; empty if there is nothing to do
 */
record Cause(String code, String words, String fix) {}
