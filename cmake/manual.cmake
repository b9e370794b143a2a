# Manual pages and completions, which the program itself prints from what its parser knows.
set(manual ${PROJECT_BINARY_DIR}/manual)
add_custom_command(OUTPUT ${manual}/made
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${manual}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}/man1
  COMMAND nibble man --folder ${manual}/man1
  COMMAND sh -c "gzip -9n ${manual}/man1/*.1"  # as Debian has them
  COMMAND nibble completion bash > ${manual}/nibble
  COMMAND nibble completion zsh > ${manual}/_nibble
  COMMAND nibble completion fish > ${manual}/nibble.fish
  COMMAND ${CMAKE_COMMAND} -E touch ${manual}/made
  DEPENDS nibble COMMENT "Manual pages and completions")
add_custom_target(nibble_manual ALL DEPENDS ${manual}/made)

install(DIRECTORY ${manual}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
install(FILES ${manual}/nibble DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${manual}/_nibble DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
install(FILES ${manual}/nibble.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
