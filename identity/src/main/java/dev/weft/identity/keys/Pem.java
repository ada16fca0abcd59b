package dev.weft.identity.keys;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes PEM texts (RFC 7468): certificates, PKCS#8 keys (encrypted or not), certificate signing requests.
 * Text outside of the blocks is ignored, blocks of another kind are refused. {@link IssuerKeys} reads issuers' keys
 * from elsewhere, which come in more formats.
 */
public final class Pem {

    /** Longest text that is read, in characters. */
    public static final int MAX_TEXT = 1024 * 1024;

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
    private static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LINE = 64;
    private static final int MAX_LABEL = 64;

    private Pem() {}

    /** Writes certificates one after another, in the order given. */
    public static String encodeCertificates(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> block(CERTIFICATE, Certificates.encode(certificate)))
                .collect(Collectors.joining());
    }

    /** Writes the key in unencrypted PKCS#8 form. Use it only for files that no other user can read (mode 0600). */
    public static String encodePrivateKey(PrivateKey key) {
        return block(PRIVATE_KEY, encoded(key));
    }

    /**
     * Writes the key encrypted with a passphrase: PBES2 with AES-256. The encryption key is derived by PBKDF2 with
     * HMAC-SHA-256 in 600,000 rounds, which takes about a second. {@code openssl pkey} reads it.
     */
    public static String encodePrivateKey(PrivateKey key, char[] passphrase) {
        byte[] pkcs8 = encoded(key);
        try {
            return block(ENCRYPTED_PRIVATE_KEY, EncryptedPrivateKeys.encrypt(pkcs8, passphrase));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** Writes a certificate signing request, given in DER. */
    public static String encodeCsr(byte[] der) {
        return block(CERTIFICATE_REQUEST, der);
    }

    /**
     * Reads the certificates of the text, at least one, in their order.
     *
     * @throws InvalidEncodingException if there is no certificate, or a block cannot be read or is of another kind
     */
    public static List<X509Certificate> decodeCertificates(String text) {
        return blocks(text, CERTIFICATE).stream()
                .map(block -> Certificates.decode(block.der()))
                .toList();
    }

    /**
     * Reads the one private key of the text.
     *
     * @throws InvalidEncodingException if there is not exactly one, or it cannot be read
     */
    public static PrivateKey decodePrivateKey(String text) {
        return PrivateKeys.decode(one(PRIVATE_KEY, text));
    }

    /** Whether the text holds an encrypted private key. */
    public static boolean isEncryptedPrivateKey(String text) {
        return text.contains(BEGIN + ENCRYPTED_PRIVATE_KEY + DASHES);
    }

    /**
     * Reads the one private key of the text, which is encrypted with this passphrase.
     *
     * @throws WrongPassphraseException if the passphrase does not open it
     * @throws InvalidEncodingException if there is not exactly one, it cannot be read, or is encrypted in another way
     */
    public static PrivateKey decodePrivateKey(String text, char[] passphrase) {
        return EncryptedPrivateKeys.decrypt(one(ENCRYPTED_PRIVATE_KEY, text), passphrase);
    }

    /**
     * Returns the DER bytes of the one certificate signing request of the text.
     *
     * @throws InvalidEncodingException if there is not exactly one, or it is not base64
     */
    public static byte[] decodeCsr(String text) {
        return one(CERTIFICATE_REQUEST, text);
    }

    private static String block(String label, byte[] der) {
        Base64.Encoder encoder = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
        return BEGIN + label + DASHES + "\n" + encoder.encodeToString(der) + "\n" + END + label + DASHES + "\n";
    }

    private static byte[] encoded(PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        if (pkcs8 == null) {
            throw new InvalidEncodingException("private key: cannot leave the place that it is kept in");
        }
        return pkcs8;
    }

    private static byte[] one(String label, String text) {
        List<Block> blocks = blocks(text, label);
        if (blocks.size() != 1) {
            throw new InvalidEncodingException(
                    "PEM: " + blocks.size() + " blocks \"" + label + "\" (expected: exactly one)");
        }
        return blocks.getFirst().der();
    }

    /** One block: its label, and its base64 body as written. */
    record Block(String label, String body) {

        /** Whether it has headers (RFC 1421), as encrypted keys had before PKCS#8. */
        boolean hasHeaders() {
            return body.indexOf(':') >= 0;
        }

        byte[] der() {
            return decodeBase64(body, label);
        }
    }

    /** Returns all blocks, of any kind. */
    static List<Block> blocks(String text) {
        return blocks(text, null);
    }

    /** @param only the kind of all blocks; null for any kind */
    private static List<Block> blocks(String text, @Nullable String only) {
        if (text.length() > MAX_TEXT) {
            throw new InvalidEncodingException("PEM: " + text.length() + " characters (expected: <= " + MAX_TEXT + ")");
        }
        List<Block> blocks = new ArrayList<>();
        for (int from = text.indexOf(BEGIN); from >= 0; from = text.indexOf(BEGIN, from)) {
            String label = only == null ? label(text, from) : only;
            String begin = BEGIN + label + DASHES;
            String end = END + label + DASHES;
            int to = text.indexOf(end, from + begin.length());
            if (label.length() > MAX_LABEL || !text.startsWith(begin, from) || to < 0) {
                throw new InvalidEncodingException("PEM: the block at character " + from
                        + (only == null ? " does not end" : " is not a whole \"" + only + "\" (expected: only such)"));
            }
            blocks.add(new Block(label, text.substring(from + begin.length(), to)));
            from = to + end.length();
        }
        if (blocks.isEmpty()) {
            throw new InvalidEncodingException(
                    "PEM: no block" + (only == null ? "" : " \"" + only + "\"") + " (expected: at least one)");
        }
        return blocks;
    }

    private static String label(String text, int from) {
        int start = from + BEGIN.length();
        int end = text.indexOf(DASHES, start);
        return end < 0 ? "" : text.substring(start, end);
    }

    /** Decodes strictly, except for white space: the JDK's MIME decoder would ignore any foreign character. */
    private static byte[] decodeBase64(String body, String label) {
        StringBuilder digits = new StringBuilder(body.length());
        body.chars()
                .filter(c -> c != '\n' && c != '\r' && c != ' ' && c != '\t')
                .forEach(c -> digits.append((char) c));
        try {
            return Base64.getDecoder().decode(digits.toString());
        } catch (IllegalArgumentException _) {
            // The cause is dropped on purpose: the JDK's message may quote a piece of a key.
            throw new InvalidEncodingException("PEM: the block \"" + label + "\" is not base64");
        }
    }
}
