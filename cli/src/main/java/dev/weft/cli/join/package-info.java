/**
 * A machine outside of the cluster: the file that says how it joins, and the sidecar that runs on it until it leaves.
 */
@NullMarked
package dev.weft.cli.join;

import org.jspecify.annotations.NullMarked;
