package dev.weft.control.federation;

import java.net.InetAddress;

/**
 * A client that was sent the own bundle. Anyone may fetch it, so nothing of this is proven.
 *
 * @param from its address; a balancer or a gateway of addresses may be in between
 * @param trustDomain whose control plane it says to be; empty if it says nothing
 */
record BundleFetch(InetAddress from, String trustDomain) {

    /** The header field by which a control plane says whose it is. */
    static final String FIELD = "Weft-Trust-Domain";
}
