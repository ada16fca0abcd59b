package dev.weft.proxy.identity;

/** Is notified of the workload's certificate; called on the client's event loop. */
@FunctionalInterface
public interface IdentityListener {
    /** Called with a new certificate, before {@link IdentityManager#current} returns it: new connections use it. */
    void onCredentials(Credentials fresh);

    /** Called when {@link IdentityManager#current} returns the new certificate. */
    default void onRenewed() {}

    /** Called when renewing begins to fail, or fails for another reason than before. */
    default void onRenewalFailure() {}
}
