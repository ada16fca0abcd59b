package dev.weft.control.certify;

/** The proxies that must trust an issuer before it signs. */
public interface Followers {

    /** No one: any issuer may sign. */
    Followers NONE = new Followers() {
        @Override
        public boolean any() {
            return false;
        }

        @Override
        public String behind() {
            return "";
        }
    };

    /** Whether there is any. */
    boolean any();

    /** Who has not acknowledged the present bundle of the trust domain, for people to read; empty when all have. */
    String behind();
}
