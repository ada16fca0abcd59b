package dev.weft.identity.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** What is served as a trust bundle is one, or is refused in one way. */
class BundleFuzzTest {

    @FuzzTest
    void anyDocumentIsABundleOrRefused(byte[] document) {
        try {
            assertThat(SpiffeBundles.decode(document)).isNotNull();
        } catch (InvalidBundleException _) {
            // What an operator is told.
        }
    }

    @FuzzTest
    void anyDocumentIsAMapOfBundlesOrRefused(byte[] document) {
        try {
            assertThat(SpiffeBundles.decodeMap(document)).isNotNull();
        } catch (InvalidBundleException _) {
            // What an operator is told.
        }
    }
}
