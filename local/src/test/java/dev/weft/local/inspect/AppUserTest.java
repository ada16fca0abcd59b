package dev.weft.local.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AppUserTest {

    private static final List<String> PASSWD =
            List.of("root:x:0:0:root:/root:/bin/sh", "postgres:x:104:110::/var/lib/postgresql:/bin/bash");

    @Test
    void becomesAKnownUserWithItsGroups() throws Exception {
        assertThat(AppUser.parse("postgres", PASSWD).command())
                .containsExactly("setpriv", "--reuid", "104", "--regid", "110", "--init-groups", "--");
        assertThat(AppUser.parse("104:5", PASSWD)).isEqualTo(new AppUser("104", "5", "/var/lib/postgresql", true));
    }

    @Test
    void becomesANumberThatNobodyHasWithoutFurtherGroups() throws Exception {
        assertThat(AppUser.parse("4242", PASSWD).command())
                .containsExactly("setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "--");
        assertThat(AppUser.parse("4242", PASSWD).home()).isEqualTo("/");
    }

    @Test
    void refusesANameThatNobodyHas() {
        for (String wrong : List.of("ghost", "", "-1", "+1", "4294967295", "99999999999", "104x")) {
            assertThatThrownBy(() -> AppUser.parse(wrong, PASSWD))
                    .isInstanceOf(NoSuchUserException.class)
                    .hasMessageContaining("user: " + wrong);
        }
    }

    @Test
    void hasNobodyButItsRootInAUserNamespaceOfOne() throws Exception {
        String one = "         0       1000          1\n";
        assertThat(AppUser.of("root", one, PASSWD)).isEmpty();
        assertThat(AppUser.of("0:0", one, PASSWD)).isEmpty();
        assertThatThrownBy(() -> AppUser.of("postgres", one, PASSWD))
                .isInstanceOf(NoSuchUserException.class)
                .hasMessageContaining("user: postgres");
        assertThat(AppUser.of("root", "         0          0 4294967295\n", PASSWD)
                        .orElseThrow()
                        .user())
                .isEqualTo("0");
    }

    @Test
    void knowsAUserNamespaceThatHasOneUser() {
        assertThat(AppUser.allUsersMapped("         0          0 4294967295\n")).isTrue();
        assertThat(AppUser.allUsersMapped("         0       1000          1\n")).isFalse();
    }
}
