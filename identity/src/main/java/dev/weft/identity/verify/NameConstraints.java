package dev.weft.identity.verify;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.ConstrainableNames;
import dev.weft.identity.svid.Extensions;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The URI part of a name constraints extension (RFC 5280 section 4.2.1.10).
 *
 * <p>The JDK's path validation checks these too. This second check is needed for two reasons. The JDK compares hosts as
 * java.net.URI parses them, which finds no host in names such as {@code a_b}. And the JDK does not consider the
 * constraints of an anchor.
 *
 * @param permitted hosts, or domains that begin with a dot; empty means that URIs are not limited
 * @param onlyUris whether the extension constrains only URIs
 */
record NameConstraints(List<String> permitted, List<String> excluded, boolean onlyUris) {

    /** Reads the constraints of a certificate. Without the extension there are none. */
    static NameConstraints of(X509Certificate certificate) throws MalformedDerException {
        DerReader constraints = Extensions.sequence(certificate, Extensions.NAME_CONSTRAINTS);
        if (constraints == null) {
            return new NameConstraints(List.of(), List.of(), true);
        }
        List<String> permitted = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        boolean onlyUris = readSubtrees(constraints, Der.CONTEXT_0, permitted);
        onlyUris &= readSubtrees(constraints, Der.CONTEXT_1, excluded);
        constraints.expectEnd();
        return new NameConstraints(List.copyOf(permitted), List.copyOf(excluded), onlyUris);
    }

    /**
     * Whether the constraints permit IDs of this trust domain. Where URIs are constrained, trust domains that are not
     * host names are not permitted.
     */
    boolean cover(TrustDomain trustDomain) {
        if (permitted.isEmpty() && excluded.isEmpty()) {
            return true;
        }
        String host = trustDomain.name();
        return ConstrainableNames.obstacle(trustDomain).isEmpty()
                && (permitted.isEmpty() || permitted.stream().anyMatch(base -> matches(base, host)))
                && excluded.stream().noneMatch(base -> matches(base, host));
    }

    private static boolean matches(String base, String host) {
        return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
    }

    /** Adds the URI names to the list, and returns whether there is nothing else. */
    private static boolean readSubtrees(DerReader constraints, int tag, List<String> uris)
            throws MalformedDerException {
        if (constraints.nextTag() != tag) {
            return true;
        }
        DerReader subtrees = constraints.enter(tag);
        boolean onlyUris = true;
        while (subtrees.hasMore()) {
            DerReader subtree = subtrees.enter(Der.SEQUENCE);
            boolean isUri = subtree.nextTag() == Der.GENERAL_NAME_URI;
            byte[] base = subtree.enterAny().remaining();
            if (isUri) {
                uris.add(new String(base, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
            }
            // Minimum and maximum may follow. RFC 5280 forbids their use, and the JDK checks them.
            onlyUris &= isUri && !subtree.hasMore();
        }
        return onlyUris;
    }
}
