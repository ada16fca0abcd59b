package dev.weft.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Certificates for the peers, of the same kind as those of Weft's sidecars: P-256, anchor → issuer → leaf, a SPIFFE ID
 * in each leaf. A leaf also has a DNS name, because nginx and stunnel check only names.
 */
public final class Certificates {
    private static final String CURVE = "ec_paramgen_curve:P-256";

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Creates the certificates in this folder. */
    public static Certificates create(Path folder) {
        try {
            Files.createDirectories(folder);
            Certificates made = new Certificates(folder);
            Shell.run(List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    CURVE,
                    "-nodes",
                    "-days",
                    "30",
                    "-subj",
                    "/CN=anchor",
                    "-keyout",
                    made.file("anchor.key"),
                    "-out",
                    made.file("anchor.pem"),
                    "-addext",
                    "basicConstraints=critical,CA:TRUE",
                    "-addext",
                    "keyUsage=critical,keyCertSign,cRLSign"));
            made.sign("issuer", "anchor", """
                    basicConstraints=critical,CA:TRUE,pathlen:0
                    keyUsage=critical,keyCertSign,cRLSign
                    nameConstraints=critical,permitted;URI:cluster.local
                    """);
            made.leaf("client");
            made.leaf("server");
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The anchor that both ends trust. */
    public String anchor() {
        return file("anchor.pem");
    }

    /** The chain of {@code client} or {@code server}, leaf first. */
    public String chain(String name) {
        return file(name + "-chain.pem");
    }

    /** The private key of {@code client} or {@code server}. */
    public String key(String name) {
        return file(name + ".key");
    }

    /** Chain and key in one file, as HAProxy requires. */
    public String chainAndKey(String name) {
        return file(name + "-all.pem");
    }

    private void leaf(String name) throws IOException {
        sign(name, "issuer", """
                basicConstraints=critical,CA:FALSE
                keyUsage=critical,digitalSignature
                extendedKeyUsage=serverAuth,clientAuth
                subjectAltName=URI:spiffe://cluster.local/ns/bench/sa/%1$s,DNS:%1$s.bench
                """.formatted(name));
        String chain = Files.readString(Path.of(file(name + ".pem"))) + Files.readString(Path.of(file("issuer.pem")));
        Files.writeString(Path.of(chain(name)), chain);
        Files.writeString(Path.of(chainAndKey(name)), chain + Files.readString(Path.of(key(name))));
    }

    private void sign(String name, String signer, String extensions) throws IOException {
        Path extensionFile = Files.writeString(Path.of(file(name + ".ext")), extensions);
        Shell.run(List.of(
                "openssl",
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                CURVE,
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                key(name),
                "-out",
                file(name + ".csr")));
        Shell.run(List.of(
                "openssl",
                "x509",
                "-req",
                "-in",
                file(name + ".csr"),
                "-days",
                "30",
                "-CA",
                file(signer + ".pem"),
                "-CAkey",
                key(signer),
                "-CAcreateserial",
                "-extfile",
                extensionFile.toString(),
                "-out",
                file(name + ".pem")));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
