package dev.weft.control.token;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine that joined with a token. Its first certificate was issued for the token, each further one was requested
 * with the one before.
 *
 * @param token the token with which it joined; its id is the machine's id
 * @param joined when it joined
 * @param joinedFrom the address from which the token was used
 * @param renewals number of certificates after the first
 * @param certificates certificates that have not ended, or ended only recently; the last issued is last
 * @param revoked when an operator revoked the machine
 */
public record Machine(
        JoinToken token,
        Instant joined,
        String joinedFrom,
        long renewals,
        List<Certificate> certificates,
        Optional<Instant> revoked) {

    public Machine {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificates of machine " + token.id() + ": none (expected: one or more)");
        }
    }

    /**
     * A certificate of the machine.
     *
     * @param issued when it was issued
     * @param address the address from which it was requested
     * @param ends its notAfter
     */
    public record Certificate(BigInteger serialNumber, Instant issued, String address, Instant ends) {

        static Certificate of(X509Certificate leaf, Instant issued, String address) {
            return new Certificate(
                    leaf.getSerialNumber(), issued, address, leaf.getNotAfter().toInstant());
        }
    }

    /** Returns the certificate issued last. */
    public Certificate last() {
        return certificates.getLast();
    }

    /**
     * Returns this machine with one more certificate, and without those that ended before the moment {@code forget}.
     */
    Machine with(Certificate next, Instant forget) {
        List<Certificate> kept = new ArrayList<>(certificates.stream()
                .filter(certificate -> certificate.ends().isAfter(forget))
                .toList());
        kept.add(next);
        return new Machine(token, joined, joinedFrom, renewals + 1, kept, revoked);
    }

    Machine revokedAt(Instant moment) {
        return new Machine(token, joined, joinedFrom, renewals, certificates, Optional.of(moment));
    }
}
