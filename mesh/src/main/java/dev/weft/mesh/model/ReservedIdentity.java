package dev.weft.mesh.model;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;

/**
 * The SPIFFE ID that is reserved for control planes. Sidecars and other control planes trust its holder in everything.
 * So no one else gets a certificate with it, whatever the registry or a token says.
 */
public final class ReservedIdentity {

    private static final String NAMESPACE = "weft-system";
    private static final String SERVICE_ACCOUNT = "weft-control";

    private ReservedIdentity() {}

    /** Returns the identity of the control planes of a trust domain. */
    public static SpiffeId of(TrustDomain trustDomain) {
        return SpiffeId.ofServiceAccount(trustDomain, NAMESPACE, SERVICE_ACCOUNT);
    }

    /** Whether the identity belongs to a control plane. */
    public static boolean is(SpiffeId id) {
        return id.equals(of(id.trustDomain()));
    }

    /** Whether the namespace and service account belong to a control plane. */
    public static boolean is(String namespace, String serviceAccount) {
        return namespace.equals(NAMESPACE) && serviceAccount.equals(SERVICE_ACCOUNT);
    }
}
