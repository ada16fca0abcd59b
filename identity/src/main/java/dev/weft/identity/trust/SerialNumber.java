package dev.weft.identity.trust;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.security.cert.X509Certificate;

/** The serial number of a certificate (RFC 5280 section 4.1.2.2). */
public record SerialNumber(BigInteger value) {

    /** Most octets of a serial number in DER, which adds a zero octet if the first bit is set. */
    public static final int MAX_OCTETS = 20;

    public SerialNumber {
        requireNonNull(value, "value");
    }

    /** Whether a certificate may have this number: positive, and at most {@link #MAX_OCTETS} octets. */
    public static boolean isPossible(BigInteger number) {
        return number.signum() > 0 && number.bitLength() < MAX_OCTETS * Byte.SIZE;
    }

    /** Reads a number from unsigned big-endian bytes. */
    public static SerialNumber ofUnsigned(byte[] bytes) {
        return new SerialNumber(new BigInteger(1, bytes));
    }

    /** Returns the serial number of this certificate. */
    public static SerialNumber of(X509Certificate certificate) {
        return new SerialNumber(certificate.getSerialNumber());
    }

    @Override
    public String toString() {
        return value.toString(16);
    }
}
