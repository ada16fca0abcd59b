package dev.weft.control.state;

import dev.weft.identity.issue.Issuer;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Keeps the anchors, and the issuer with its key. An issuer is replaced whole or not at all. */
interface AuthorityKeeper {

    /** The names of the pieces that are kept, and the names of those that are missing. */
    record Pieces(List<String> all, List<String> missing) {

        boolean complete() {
            return missing.isEmpty();
        }

        boolean none() {
            return missing.size() == all.size();
        }
    }

    /** Ends an installation that another process began and did not end. */
    void recover() throws IOException;

    /** Which pieces are kept. */
    Pieces pieces() throws IOException;

    /** Whether there is an issuer, or a part of one. */
    boolean hasIssuer() throws IOException;

    /** The anchors, PEM; empty if there are none. */
    Optional<String> anchors() throws IOException;

    /**
     * The issuer's certificate, then those up to the anchor, PEM.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    String chain() throws IOException;

    /**
     * The issuer's key, PKCS#8 in PEM.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    String key() throws IOException;

    /** Puts this issuer in the place of the present one. */
    void install(Issuer issuer) throws IOException;

    /** Puts these anchors in the place of the present ones. */
    void writeAnchors(List<X509Certificate> anchors) throws IOException;

    /** Where the anchors are, in words by which an operator finds them. */
    String whereAnchorsAre();
}
