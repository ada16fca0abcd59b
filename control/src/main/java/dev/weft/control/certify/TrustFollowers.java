package dev.weft.control.certify;

import dev.weft.identity.issue.Issuer;

/** The proxies that must trust an issuer before it may sign. */
public interface TrustFollowers {

    /** No proxies: any issuer may sign. */
    TrustFollowers NONE = new TrustFollowers() {
        @Override
        public boolean any() {
            return false;
        }

        @Override
        public String behind(Issuer present, Issuer next) {
            return "";
        }
    };

    /** Whether there is any proxy to wait for. */
    boolean any();

    /**
     * Returns, for people, which proxies have not acknowledged the present bundle of the trust domain; empty when all
     * have, and {@code next} may take the place of the issuer {@code present}.
     */
    String behind(Issuer present, Issuer next);
}
