package dev.weft.control.state;

import dev.weft.daemon.json.Json;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An issuer as text: JSON with its chain and its key.
 *
 * @param chain PEM, the issuer's own certificate first
 * @param key PKCS#8, PEM
 */
record IssuerText(String chain, String key) {

    static IssuerText of(Issuer issuer) {
        return new IssuerText(Pem.encodeCertificates(issuer.chain()), Pem.encodePrivateKey(issuer.key()));
    }

    /** @throws IllegalArgumentException if the text is not such JSON */
    static IssuerText parse(String text) {
        if (Json.read(text) instanceof Map<?, ?> both
                && both.get("chain") instanceof String chain
                && both.get("key") instanceof String key) {
            return new IssuerText(chain, key);
        }
        throw new IllegalArgumentException("no JSON object with \"chain\" and \"key\"");
    }

    /** @throws IllegalArgumentException if chain and key do not match, or are not of an issuer of the trust domain */
    Issuer issuer(TrustDomain trustDomain) {
        return Issuer.load(trustDomain, Pem.decodeCertificates(chain), IssuerKeys.decode(key));
    }

    String print() {
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("chain", chain);
        both.put("key", key);
        return Json.write(both) + "\n";
    }

    /** Hides the key. */
    @Override
    public String toString() {
        return "IssuerText[hidden]";
    }
}
