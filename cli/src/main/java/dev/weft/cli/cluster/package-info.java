/** Connections to the control plane of a cluster: kubectl carries an operator's connection into its pod. */
@NullMarked
package dev.weft.cli.cluster;

import org.jspecify.annotations.NullMarked;
