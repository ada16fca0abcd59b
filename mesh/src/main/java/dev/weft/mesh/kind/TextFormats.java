package dev.weft.mesh.kind;

import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.IpPort;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.RequestMatch;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The forms of texts in objects, mostly those of Kubernetes. */
final class TextFormats {

    private static final int MAX_DNS_LABEL = 63;
    private static final int MAX_DNS_NAME = 253;
    private static final int MAX_TEXT = 4096;
    private static final int MAX_PORT_NAME = 15;
    private static final int MAX_REASON = 256;
    private static final int MAX_SPIFFE_ID = 2048;
    /** 20 octets in hexadecimal, RFC 5280 section 4.1.2.2. */
    private static final int MAX_SERIAL_DIGITS = 40;

    private static final String SERIAL_DIGITS = "[0-9a-fA-F]{1," + MAX_SERIAL_DIGITS + "}";

    private static final int HEX = 16;
    private static final int SHA256_DIGITS = 64;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    /**
     * Regular expression for IPv6 addresses that contain an IPv4 address, which isIP of CEL does not accept. It is
     * short, as API servers limit what rules may cost.
     */
    private static final String MIXED = "::[fF]{4}:[0-9a-fA-F:]+|[0-9a-fA-F:]*:[0-9]+[.][0-9.]+";

    /** Most characters of a range: an IPv6 address that ends with an IPv4 address, and its prefix length. */
    private static final int MAX_CIDR = 49;

    private static final String QUALIFIED = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";

    static final TextFormat DNS_LABEL = TextFormat.matching(
            LABEL,
            MAX_DNS_LABEL,
            "lower-case letters, digits and \"-\", at most 63, starting and ending with a letter or digit",
            "shop");
    static final TextFormat DNS_NAME = TextFormat.matching(
            LABEL + "(\\." + LABEL + ")*",
            MAX_DNS_NAME,
            "lower-case letters, digits, \"-\" and \".\", at most 253",
            "web");
    private static final TextFormat LABEL_NAME = TextFormat.matching(QUALIFIED, MAX_DNS_LABEL, "", "app");
    static final TextFormat LABEL_KEY =
            TextFormat.of(TextFormats::labelKey, 1, MAX_DNS_NAME + 1 + MAX_DNS_LABEL, "app");
    static final TextFormat LABEL_VALUE = TextFormat.matching(
                    "(" + QUALIFIED + ")?",
                    MAX_DNS_LABEL,
                    "at most 63 letters, digits, \"-\", \"_\", \".\", starting and ending with a letter or digit",
                    "web")
            .orNumber();
    static final TextFormat PORT_NAME =
            TextFormat.of(TextFormats::portName, 0, MAX_PORT_NAME, "http").withPattern("^" + LABEL + "$");
    static final TextFormat ENVIRONMENT_NAME = TextFormat.matching(
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            MAX_TEXT,
            "letters, digits, \"-\", \"_\", \".\", not starting with a digit",
            "MODE");
    static final TextFormat USER = TextFormat.matching(
                    "([a-z_][-a-z0-9_]*[$]?|[0-9]{1,10})", 128, "a user's name or number", "www-data")
            .orNumber();
    static final TextFormat TEXT =
            TextFormat.of(TextFormats::text, 0, MAX_TEXT, "").orNumber();
    static final TextFormat NON_EMPTY = TextFormat.of(
                    text -> text.isEmpty() ? "not empty" : text(text), 1, MAX_TEXT, "")
            .orNumber();
    static final TextFormat ABSOLUTE_PATH = TextFormat.of(
                    text -> text.startsWith("/") ? text(text) : "an absolute path", 0, MAX_TEXT, "/srv/web")
            .withPattern("^/");
    static final TextFormat HTTP_PATH =
            TextFormat.of(TextFormats::httpPath, 0, MAX_TEXT, "/healthz").withPattern("^/");
    static final TextFormat IP_ADDRESS = TextFormat.of(TextFormats::ipAddress, 2, 45, "192.0.2.7")
            .withRule("isIP(self) || self.matches('^(" + MIXED + ")$')", "an IPv4 or IPv6 address is expected");
    static final TextFormat SPIFFE_ID = TextFormat.of(
                    TextFormats::spiffeId, 0, MAX_SPIFFE_ID, "spiffe://cluster.local/ns/shop/sa/web")
            .withPattern("^[sS][pP][iI][fF][fF][eE]://[^/]+/.+$");
    static final TextFormat TRUST_DOMAIN = TextFormat.of(TextFormats::trustDomain, 1, 255, "cluster.local");
    static final TextFormat TRUST_DOMAIN_NAME = TextFormat.of(TextFormats::trustDomainName, 1, 255, "east.example");
    static final TextFormat BUNDLE = TextFormat.where(
            text -> text.length() <= SpiffeBundles.MAX_DOCUMENT,
            "a SPIFFE trust bundle of at most " + SpiffeBundles.MAX_DOCUMENT + " characters",
            0,
            SpiffeBundles.MAX_DOCUMENT,
            "");
    static final TextFormat ENDPOINT_URL = TextFormat.of(
                    TextFormats::endpointUrl, 0, BundleEndpoint.MAX_URL, "https://east.example:8443/")
            .withPattern("^[hH][tT][tT][pP][sS]://[^#]+$");
    static final TextFormat REASON = TextFormat.of(TextFormats::reason, 1, MAX_REASON, "shared by mistake");
    static final TextFormat PEM = TextFormat.where(
            text -> text.length() <= Pem.MAX_TEXT && text.contains("-----BEGIN CERTIFICATE-----"),
            "certificates in PEM form",
            0,
            Pem.MAX_TEXT,
            "");
    static final TextFormat SERIAL_NUMBER = TextFormat.of(TextFormats::serialNumber, 0, MAX_SERIAL_DIGITS, "3fa1c09e")
            .withPattern("^" + SERIAL_DIGITS + "$")
            .orNumber();
    static final TextFormat SHA256 = TextFormat.matching(
            "[0-9a-fA-F]{64}", SHA256_DIGITS, "a SHA-256: " + SHA256_DIGITS + " hexadecimal digits", "");
    static final TextFormat TIME =
            TextFormat.of(TextFormats::time, 0, 40, "2026-01-31T12:00:00Z").withFormat("date-time");
    static final TextFormat IP_PORT = TextFormat.where(
            text -> IpPort.parse(text).isPresent(),
            "an address and a port, such as 10.0.0.1:15012 or [fd00::1]:15012",
            1,
            53,
            "10.0.0.1:15012");
    static final TextFormat CIDR = TextFormat.of(TextFormats::cidr, 2, MAX_CIDR, "10.0.0.0/8")
            .withRule(
                    "isIP(self) || self.matches('^(" + MIXED + ")(/[0-9]+)?$')"
                            + " || isCIDR(self) && cidr(self).masked() == cidr(self)",
                    "an IPv4 or IPv6 range such as 10.0.0.0/8 or fd00::/8 is expected, without bits behind the prefix");
    static final TextFormat HOST = TextFormat.of(HostPattern::unmet, 0, MAX_DNS_NAME, "*.example.com")
            .withPattern("^(\\*\\.)?[-a-z0-9_.]+$|^\\[[0-9a-f:.]+\\]$");
    static final TextFormat APP_PROTOCOL = TextFormat.where(
            text -> labelKey(text) == null,
            "a protocol's name, such as http, kubernetes.io/h2c or tcp",
            1,
            MAX_DNS_NAME + 1 + MAX_DNS_LABEL,
            "http");

    static final TextFormat GRPC_SERVICE = TextFormat.of(RequestMatch.Grpc::unmetService, 0, 255, "shop.v1.Orders")
            .withPattern("^[A-Za-z_][A-Za-z0-9_.]*$");
    static final TextFormat GRPC_METHOD =
            TextFormat.of(RequestMatch.Grpc::unmetMethod, 0, 255, "Get").withPattern("^[A-Za-z_][A-Za-z0-9_]*$");

    private TextFormats() {}

    private static @Nullable String labelKey(String text) {
        int slash = text.indexOf('/');
        boolean good = (slash < 0 || DNS_NAME.unmet(text.substring(0, slash)) == null)
                && LABEL_NAME.unmet(text.substring(slash + 1)) == null;
        return good
                ? null
                : "a label key: an optional DNS prefix and \"/\", then at most 63 letters, digits, \"-\", \"_\", \".\"";
    }

    private static @Nullable String portName(String text) {
        boolean good = text.length() <= MAX_PORT_NAME
                && DNS_LABEL.unmet(text) == null
                && text.chars().anyMatch(c -> c >= 'a' && c <= 'z');
        return good ? null : "at most 15 lower-case letters, digits and \"-\", with a letter";
    }

    private static @Nullable String text(String text) {
        return text.length() <= MAX_TEXT && text.indexOf('\0') < 0 ? null : "at most 4096 characters, none of them NUL";
    }

    private static @Nullable String httpPath(String text) {
        boolean good = text.startsWith("/")
                && text.length() <= MAX_TEXT
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
        return good ? null : "a path that starts with \"/\", of printable ASCII without spaces";
    }

    private static @Nullable String ipAddress(String text) {
        return text.indexOf('/') < 0 && cidr(text) == null ? null : "an IPv4 or IPv6 address";
    }

    private static @Nullable String spiffeId(String text) {
        String unmet =
                TextFormat.unparsed(text, SpiffeId::parse, "a SPIFFE ID such as spiffe://cluster.local/ns/shop/sa/web");
        if (unmet != null) {
            return unmet;
        }
        return SpiffeId.parse(text).hasPath() ? null : "a SPIFFE ID with a path";
    }

    private static @Nullable String trustDomain(String text) {
        return TextFormat.unparsed(text, TrustDomain::parse, "a trust domain such as cluster.local");
    }

    /**
     * Checks a trust domain that is the name of an object. Only the lower-case form is valid, so two names never stand
     * for the same trust domain.
     */
    private static @Nullable String trustDomainName(String text) {
        String unmet = trustDomain(text);
        if (unmet != null) {
            return unmet;
        }
        return TrustDomain.parse(text).name().equals(text) ? null : "a trust domain in lower case";
    }

    private static @Nullable String endpointUrl(String text) {
        try {
            return BundleEndpoint.unmet(new URI(text)).orElse(null);
        } catch (URISyntaxException e) {
            return "a URL such as https://east.example:8443/";
        }
    }

    private static @Nullable String reason(String text) {
        boolean good =
                !text.isBlank() && text.length() <= MAX_REASON && text.chars().noneMatch(Character::isISOControl);
        return good ? null : "at most " + MAX_REASON + " characters on one line, not empty";
    }

    private static @Nullable String serialNumber(String text) {
        boolean good = text.matches(SERIAL_DIGITS) && SerialNumber.isPossible(new BigInteger(text, HEX));
        return good
                ? null
                : "a serial number that a certificate can have: at most " + MAX_SERIAL_DIGITS
                        + " hexadecimal digits, not zero, below 2 to the power of 159";
    }

    private static @Nullable String time(String text) {
        try {
            Instant time = Instant.parse(text);
            return time.isBefore(Instant.EPOCH) || time.isAfter(LATEST) ? "a time from 1970 to 9999" : null;
        } catch (DateTimeParseException e) {
            return "a time such as 2026-01-31T12:00:00Z";
        }
    }

    private static @Nullable String cidr(String text) {
        return TextFormat.unparsed(text, Cidr::parse, "an IPv4 or IPv6 range such as 10.0.0.0/8 or fd00::/8");
    }
}
