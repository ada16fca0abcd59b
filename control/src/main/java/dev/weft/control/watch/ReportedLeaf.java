package dev.weft.control.watch;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Report;
import dev.weft.daemon.text.PlainText;
import dev.weft.daemon.text.ShownTime;
import dev.weft.identity.trust.SpkiFingerprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * The certificate that a proxy reports to use.
 *
 * @param serialNumber hexadecimal
 * @param issuerKey key of the issuer that signed it; empty if the proxy does not report it
 * @param renewAt when the next renewal, or attempt at one, is due
 * @param renewalFailure why the last attempt failed; empty if it did not
 * @param tunnels tunnels that depend on another issuer than the wanted one; empty if none is wanted, or if the proxy
 *     does not count them
 */
public record ReportedLeaf(
        String serialNumber,
        Optional<SpkiFingerprint> issuerKey,
        Instant notBefore,
        Instant notAfter,
        Instant renewAt,
        String renewalFailure,
        Optional<ReportedTunnels> tunnels) {

    /** Longest serial number, in bytes: RFC 5280 section 4.1.2.2. */
    static final int MAX_SERIAL = 20;

    /** Longest reason kept, in characters. */
    static final int MAX_REASON = 1024;

    private static final int HASH = 32;
    private static final int HEX = 16;

    /**
     * Reads a proxy's report.
     *
     * @throws IllegalArgumentException if a field is out of range
     */
    public static ReportedLeaf read(Report report) {
        ByteString serial = report.getSerialNumber();
        if (serial.isEmpty() || serial.size() > MAX_SERIAL) {
            throw new IllegalArgumentException(
                    "report: serial number of " + serial.size() + " bytes (expected: 1-" + MAX_SERIAL + ")");
        }
        ByteString issuer = report.getIssuerKeySha256();
        if (!issuer.isEmpty() && issuer.size() != HASH) {
            throw new IllegalArgumentException(
                    "report: key hash of " + issuer.size() + " bytes (expected: " + HASH + ", or none)");
        }
        String failure = report.getRenewalFailure();
        return new ReportedLeaf(
                new BigInteger(1, serial.toByteArray()).toString(HEX),
                issuer.isEmpty() ? Optional.empty() : Optional.of(SpkiFingerprint.ofSha256(issuer.toByteArray())),
                ShownTime.ofEpochSecond("report: not_before", report.getNotBefore()),
                ShownTime.ofEpochSecond("report: not_after", report.getNotAfter()),
                ShownTime.ofEpochSecond("report: renew_at", report.getRenewAt()),
                shorten(failure),
                report.hasFormerIssuerTunnels()
                        ? Optional.of(ReportedTunnels.read(report.getFormerIssuerTunnels()))
                        : Optional.empty());
    }

    /** Returns the report with these values. */
    public Report report() {
        Report.Builder report = Report.newBuilder()
                .setSerialNumber(unsigned(new BigInteger(serialNumber, HEX)))
                .setNotBefore(notBefore.getEpochSecond())
                .setNotAfter(notAfter.getEpochSecond())
                .setRenewAt(renewAt.getEpochSecond())
                .setRenewalFailure(renewalFailure);
        issuerKey.ifPresent(key -> report.setIssuerKeySha256(ByteString.copyFrom(key.bytes())));
        tunnels.ifPresent(counted -> report.setFormerIssuerTunnels(counted.message()));
        return report.build();
    }

    /**
     * Returns how many tunnels depend on another issuer than this one; empty if the proxy has not counted them for this
     * one.
     */
    public Optional<ReportedTunnels> tunnels(SpkiFingerprint wanted) {
        return tunnels.filter(counted -> counted.wanted().equals(wanted));
    }

    /** Whether both reports are about the same certificate and renewal failure. */
    boolean sameCertificate(ReportedLeaf other) {
        return serialNumber.equals(other.serialNumber) && renewalFailure.equals(other.renewalFailure);
    }

    /** Shortens a proxy's text to the length that is kept. Characters that could steer a terminal are replaced. */
    static String shorten(String text) {
        if (text.length() <= MAX_REASON) {
            return PlainText.of(text);
        }
        boolean cutsPair = Character.isHighSurrogate(text.charAt(MAX_REASON - 1));
        return PlainText.of(text.substring(0, cutsPair ? MAX_REASON - 1 : MAX_REASON)) + "…";
    }

    /** Encodes without the sign byte, which would make the longest number too long. */
    private static ByteString unsigned(BigInteger number) {
        byte[] signed = number.toByteArray();
        return signed[0] == 0 && signed.length > 1
                ? ByteString.copyFrom(signed, 1, signed.length - 1)
                : ByteString.copyFrom(signed);
    }
}
