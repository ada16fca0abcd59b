package dev.weft.proxy.identity;

/** Who follows the workload's certificate; called on the client's event loop. */
@FunctionalInterface
public interface IdentityListener {
    /** A new certificate, before {@link IdentityManager#current} returns it: new connections prove themselves by it. */
    void onCredentials(Credentials fresh);

    /** The new certificate is the one held now. */
    default void onRenewed() {}

    /** Renewing began to fail, or fails for another reason than before. */
    default void onRenewalFailure() {}
}
