package dev.weft.kubernetes.webhook;

import dev.weft.daemon.json.Json;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.manifest.Trees;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The webhook's certificate authorities, the oldest first. Usually there is one. During a replacement there are two:
 * the next one is published first, signs after API servers have had time to learn of it, and the former stays published
 * until its last certificate has ended.
 */
record Authorities(List<Authority> all) {

    private static final int MOST = 8;

    Authorities {
        all = List.copyOf(all);
        if (all.isEmpty() || all.size() > MOST) {
            throw new IllegalArgumentException("webhook authorities: " + all.size() + " (expected: 1-" + MOST + ")");
        }
    }

    static Authorities first(CertificateTimings pace, Instant now) {
        return new Authorities(List.of(Authority.create(pace.authority(), now)));
    }

    /**
     * Returns the authorities that are needed now: adds one if the newest of those that have begun has lived two thirds
     * of its lifetime, or if none has begun because the clock was set back; and removes those that are no longer
     * needed.
     */
    Authorities renewed(CertificateTimings pace, Instant now) {
        List<Authority> next = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            boolean newest = i == all.size() - 1;
            if (newest || !isDone(all.get(i), all.get(i + 1), pace, now)) {
                next.add(all.get(i));
            }
        }
        boolean isFresh = all.stream().anyMatch(authority -> authority.hasBegun(now) && !isOld(authority, now));
        if (next.size() < MOST && !isFresh) {
            next.add(Authority.create(pace.authority(), now));
        }
        next.removeIf(authority -> next.size() > 1 && !authority.notAfter().isAfter(now));
        return new Authorities(next);
    }

    private static boolean isOld(Authority authority, Instant now) {
        Duration life = Duration.between(authority.notBefore(), authority.notAfter());
        return !now.isBefore(authority.notAfter().minus(life.dividedBy(3)));
    }

    /**
     * Whether no certificate of this authority can still be valid: since the successor is known, only the successor
     * signs.
     */
    private static boolean isDone(Authority authority, Authority successor, CertificateTimings pace, Instant now) {
        return !authority.notAfter().isAfter(now)
                || successor.isKnown(pace.settle().plus(pace.leaf().multipliedBy(2)), now);
    }

    Authority signing(CertificateTimings pace, Instant now) {
        List<Authority> living = all.stream()
                .filter(authority -> authority.notAfter().isAfter(now))
                .toList();
        return living.reversed().stream()
                .filter(authority -> authority.isKnown(pace.settle(), now))
                .findFirst()
                .or(() -> living.stream()
                        .filter(authority -> authority.hasBegun(now))
                        .findFirst())
                .orElseGet(() -> living.isEmpty() ? all.getLast() : living.getFirst());
    }

    /** Returns a copy in which all authorities are marked as published. */
    Authorities published(Instant now) {
        return new Authorities(all.stream()
                .map(authority ->
                        new Authority(authority.anchor(), authority.published().or(() -> Optional.of(now))))
                .toList());
    }

    /** Returns the certificates of all authorities as PEM, the content of {@code caBundle} before it is encoded. */
    String bundle() {
        return Pem.encodeCertificates(
                all.stream().map(authority -> authority.anchor().certificate()).toList());
    }

    String print() {
        return Json.write(Map.of(
                "authorities",
                all.stream()
                        .map(authority -> Trees.of(
                                "certificate",
                                Pem.encodeCertificates(
                                        List.of(authority.anchor().certificate())),
                                "key",
                                Pem.encodePrivateKey(authority.anchor().key()),
                                "published",
                                authority.published().map(Instant::toString).orElse("")))
                        .toList()));
    }

    /**
     * @throws IllegalArgumentException or java.time.DateTimeException if the text is not the output of {@link #print}
     */
    static Authorities parse(String text) {
        List<Authority> read = new ArrayList<>();
        for (Object member : Trees.list(Trees.asMap(Json.read(text), "authorities"), "authorities")) {
            read.add(parse(Trees.asMap(member, "authority")));
        }
        return new Authorities(read);
    }

    private static Authority parse(Map<String, Object> member) {
        String published = String.valueOf(member.get("published"));
        List<X509Certificate> certificates = Pem.decodeCertificates(String.valueOf(member.get("certificate")));
        if (certificates.size() != 1) {
            throw new IllegalArgumentException(certificates.size() + " certificates (expected: 1)");
        }
        return new Authority(
                new TrustAnchor(certificates.getFirst(), Pem.decodePrivateKey(String.valueOf(member.get("key")))),
                published.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(published)));
    }

    /** Leaves out the keys. */
    @Override
    public String toString() {
        return "Authorities[" + all.size() + ", until " + all.getLast().notAfter() + "]";
    }
}
