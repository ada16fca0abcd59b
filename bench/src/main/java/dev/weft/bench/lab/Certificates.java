package dev.weft.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Certificates for the peers, of the same kind as those of Weft's sidecars: P-256, anchor → issuer → leaf, a SPIFFE ID
 * in each leaf. A leaf also has a DNS name, because nginx and stunnel check only names.
 */
public record Certificates(Path folder) {
    /** Creates the certificates in this folder. */
    public static Certificates create(Path folder) {
        try {
            Files.createDirectories(folder);
            Certificates made = new Certificates(folder);
            made.openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=anchor"
                    + " -keyout anchor.key -out anchor.pem -addext basicConstraints=critical,CA:TRUE"
                    + " -addext keyUsage=critical,keyCertSign,cRLSign");
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
        Files.writeString(Path.of(file(name + ".ext")), extensions);
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%1$s -keyout %1$s.key -out %1$s.csr"
                .formatted(name));
        openssl(
                "x509 -req -in %1$s.csr -days 30 -CA %2$s.pem -CAkey %2$s.key -CAcreateserial -extfile %1$s.ext -out %1$s.pem"
                        .formatted(name, signer));
    }

    private void openssl(String arguments) {
        Shell.run("openssl " + arguments, folder);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
