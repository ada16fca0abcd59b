/**
 * Answers the workload's DNS questions (RFC 1034 and 1035): names of the mesh with the control plane's answers, other
 * names by asking the name servers that the workload had before.
 */
@NullMarked
package dev.weft.proxy.names;

import org.jspecify.annotations.NullMarked;
