package dev.weft.proxy.tunnel.proof;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.verify.SvidVerifier;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The message by which one side of a tunnel proves itself again: a nonce (the client's, which both sides sign), a
 * signature, and a certificate chain. On the wire: the nonce's 32 bytes, then the signature and each certificate, each
 * with its length before it in two bytes. Keeps the arrays, which must not change afterwards.
 *
 * @param chain leaf first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ProofMessage(byte[] nonce, byte[] signature, List<X509Certificate> chain) {
    /** Method and path of the request that carries the message. */
    public static final String METHOD = "POST";

    public static final String PATH = "/.weft/tunnel-proof";
    /** Shortest time between two attempts of one tunnel. */
    public static final Duration LEAST_INTERVAL = Duration.ofMillis(500);
    /** Longest message, in bytes. Five certificates with the longest names need half of it. */
    public static final int MAX_BYTES = 32 * 1024;

    public static final int NONCE = 32;
    /** Most bytes of a signature; a P-256 signature in DER has at most 72. */
    private static final int MAX_SIGNATURE = 256;

    public ProofMessage {
        chain = List.copyOf(chain);
    }

    public byte[] encode() {
        List<byte[]> certificates = chain.stream().map(Certificates::encode).toList();
        int length = NONCE
                + Short.BYTES
                + signature.length
                + certificates.stream()
                        .mapToInt(der -> Short.BYTES + der.length)
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(nonce).putShort((short) signature.length).put(signature);
        certificates.forEach(der -> out.putShort((short) der.length).put(der));
        return out.array();
    }

    /**
     * Reads a peer's message. It never allocates more than the message's own bytes, whatever lengths the message
     * states.
     *
     * @throws UnprovenException the message is malformed
     */
    public static ProofMessage decode(byte[] bytes) throws UnprovenException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte[] nonce = new byte[NONCE];
            in.get(nonce);
            byte[] signature = take(in, MAX_SIGNATURE);
            List<X509Certificate> chain = new ArrayList<>();
            while (in.hasRemaining()) {
                if (chain.size() == SvidVerifier.MAX_CHAIN) {
                    throw malformed("more than " + SvidVerifier.MAX_CHAIN + " certificates");
                }
                chain.add(Certificates.decode(take(in, SvidVerifier.MAX_CERTIFICATE)));
            }
            if (chain.isEmpty()) {
                throw malformed("no certificate");
            }
            return new ProofMessage(nonce, signature, chain);
        } catch (BufferUnderflowException e) {
            throw malformed("it ends too early");
        } catch (InvalidEncodingException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] take(ByteBuffer in, int max) throws UnprovenException {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > max) {
            throw malformed("a part of " + length + " bytes (expected: " + max + " at most)");
        }
        if (length > in.remaining()) {
            throw malformed("it ends too early");
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    private static UnprovenException malformed(String what) {
        return new UnprovenException("malformed", "the proof cannot be read: " + what);
    }
}
