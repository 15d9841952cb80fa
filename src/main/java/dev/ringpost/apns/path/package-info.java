/**
 * The one way to a server of APNs: settings, names, proxy, TLS, budgets and back-off, for all who
 * connect.
 */
@NullMarked
package dev.ringpost.apns.path;

import org.jspecify.annotations.NullMarked;
