package dev.weft.mesh.model;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;

/**
 * The control plane's own identity. Sidecars and other control planes believe its holder about everything, so no one else
 * gets a certificate of it, whatever the registry or a token says.
 */
public final class ReservedIdentity {

    private static final String NAMESPACE = "weft-system";
    private static final String SERVICE_ACCOUNT = "weft-control";

    private ReservedIdentity() {}

    /** Of the control plane of a trust domain. */
    public static SpiffeId of(TrustDomain trustDomain) {
        return SpiffeId.ofServiceAccount(trustDomain, NAMESPACE, SERVICE_ACCOUNT);
    }

    /** Whether this is a control plane's. */
    public static boolean is(SpiffeId id) {
        return id.equals(of(id.trustDomain()));
    }

    /** Whether this is the namespace and service account of a control plane. */
    public static boolean is(String namespace, String serviceAccount) {
        return namespace.equals(NAMESPACE) && serviceAccount.equals(SERVICE_ACCOUNT);
    }
}
