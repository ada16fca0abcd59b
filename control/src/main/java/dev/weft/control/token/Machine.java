package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What joined by a token: one key holder after another, each of which got its certificate by that of the one before.
 *
 * @param token by which it joined; its id is the machine's
 * @param joined when
 * @param joinedFrom the address from which the token was used
 * @param renewals certificates after the first
 * @param certificates those that have not been over for long, the last issued last
 * @param revoked when an operator ended it
 */
public record Machine(
        JoinToken token,
        Instant joined,
        String joinedFrom,
        long renewals,
        List<Certificate> certificates,
        Optional<Instant> revoked) {

    public Machine {
        requireNonNull(token, "token");
        requireNonNull(joined, "joined");
        requireNonNull(joinedFrom, "joinedFrom");
        certificates = List.copyOf(certificates);
        requireNonNull(revoked, "revoked");
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificates of machine " + token.id() + ": none (expected: one or more)");
        }
    }

    /**
     * A certificate that the machine got.
     *
     * @param issued when
     * @param address from which it was asked for
     * @param ends its notAfter
     */
    public record Certificate(BigInteger serialNumber, Instant issued, String address, Instant ends) {
        public Certificate {
            requireNonNull(serialNumber, "serialNumber");
            requireNonNull(issued, "issued");
            requireNonNull(address, "address");
            requireNonNull(ends, "ends");
        }

        static Certificate of(X509Certificate leaf, Instant issued, String address) {
            return new Certificate(
                    leaf.getSerialNumber(), issued, address, leaf.getNotAfter().toInstant());
        }
    }

    /** The certificate issued last. */
    public Certificate last() {
        return certificates.getLast();
    }

    /** This machine with one more certificate, and without those that ended before that moment. */
    Machine with(Certificate next, Instant forget) {
        List<Certificate> kept = new ArrayList<>(certificates.stream()
                .filter(certificate -> certificate.ends().isAfter(forget))
                .toList());
        kept.add(next);
        return new Machine(token, joined, joinedFrom, renewals + 1, kept, revoked);
    }

    /** This machine, revoked. */
    Machine revokedAt(Instant moment) {
        return new Machine(token, joined, joinedFrom, renewals, certificates, Optional.of(moment));
    }
}
