package dev.weft.control.certify;

/** The proxies that must trust an issuer before it may sign. */
public interface TrustFollowers {

    /** Whether there is any proxy to wait for. */
    boolean any();

    /**
     * Returns, for people, which connected proxies have not acknowledged the present bundle of the trust domain; empty
     * when all have.
     */
    String behind();
}
