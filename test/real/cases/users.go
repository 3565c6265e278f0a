package main

// Who tls-and-users.yaml lets in.
var app = login{"app", "change-me", "skip-verify"}

// certificate makes the Secret that the example names.
func certificate() error {
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	return authority.secret("default", "vtgate-certificate", "vtgate")
}
