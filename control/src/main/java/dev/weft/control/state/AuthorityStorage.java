package dev.weft.control.state;

import dev.weft.identity.issue.Issuer;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Stores the anchors, and the issuer with its key. An issuer is replaced whole or not at all. */
interface AuthorityStorage {

    /** The names of all pieces, and of those that are missing. */
    record Pieces(List<String> all, List<String> missing) {

        boolean complete() {
            return missing.isEmpty();
        }

        boolean none() {
            return missing.size() == all.size();
        }
    }

    /**
     * Completes an installation that another process began and did not finish. It does nothing where an issuer is
     * replaced as one entry.
     */
    default void recover() throws IOException {}

    /** Returns which pieces there are, and which are missing. */
    Pieces pieces() throws IOException;

    /** Whether there is an issuer, or a part of one. */
    boolean hasIssuer() throws IOException;

    /** Returns the anchors, PEM; empty if there are none. */
    Optional<String> anchors() throws IOException;

    /**
     * Returns the issuer with its key.
     *
     * @throws java.nio.file.NoSuchFileException if there is none, or only a part of one
     */
    IssuerText issuer() throws IOException;

    /** Replaces the present issuer by this one. */
    void install(Issuer issuer) throws IOException;

    /** Replaces the present anchors by these. */
    void writeAnchors(List<X509Certificate> anchors) throws IOException;

    /** Returns where the anchors are stored, in words that help an operator to find them. */
    String whereAnchorsAre();
}
