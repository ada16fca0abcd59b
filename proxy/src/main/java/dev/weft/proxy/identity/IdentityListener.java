package dev.weft.proxy.identity;

/** Is notified of the workload's certificate; called on the client's event loop. */
@FunctionalInterface
public interface IdentityListener {
    /** Called with a new certificate, before the {@link IdentityManager} uses it. New connections use it. */
    void onCredentials(Credentials fresh);

    /** Called when the {@link IdentityManager} uses the new certificate. */
    default void onRenewed() {}

    /** Called when renewing begins to fail, or fails for another reason than before. */
    default void onRenewalFailure() {}
}
